from playwright.sync_api import expect
from .steps import *

def test_first(visit, server):
    room, ada, ben = pair(visit, server)
    for s in ("Concrete claim","General claim","Formal properties","Wiggle","Two pictures"):
        go_on(ada, s)
    at(ben, "Two pictures")
    ada.page.locator("#form-pictures-0 textarea").fill("x y")
    saved(ada, "pictures-0")
    ben.page.locator("#form-pictures-0 textarea").fill("x z")
    saved(ben, "pictures-0")
    ada.button("Reveal what everybody wrote").click()
    ada.page.wait_for_timeout(3000)
    print(ada.page.evaluate("""() => [document.activeElement.outerHTML.slice(0,200), [...document.querySelectorAll('[data-draft]')].filter(f => f.value!==f.defaultValue).map(f=>f.outerHTML.slice(0,150)), document.querySelectorAll('.compare').length, document.querySelector('#stage').innerText]"""))
    assert 0
