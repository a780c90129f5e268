#!/bin/sh
# Sees that there is a browser for tests/browser: Debian's Chromium is installed where there is none.
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null; then exit 0; fi
done
if ! command -v apt-get > /dev/null; then
    echo "The tests in tests/browser need Chromium, and only Debian's apt-get is known here: install it another way." >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "The tests in tests/browser need Chromium: run 'apt-get install chromium' as root." >&2
    exit 1
fi
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
apt-get install --quiet --yes --no-install-recommends chromium fonts-dejavu-core
