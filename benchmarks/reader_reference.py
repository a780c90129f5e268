"""Does the analysis reproduce what is published? Human readers' answers on originals and rewritings.

    python benchmarks/reader_reference.py READER-DATA/answers.csv

The file has the six columns article, paragraph, text, question, correct and unanswered, of Agrawal and Carpuat, "Do
Text Simplification Systems Preserve Meaning? A Human Evaluation via Reading Comprehension", TACL 12 (2024), pp.
432-448, released as ATS-EVAL under CC BY-SA 4.0; it is not a part of this repository. Readers are not told apart, so
articles are drawn anew. The reference drew them with another seed: ends of intervals are as near as two such draws of
10,000 are to each other. Goal: accuracies, ratios and unanswered shares as in the reference, ends of intervals within
0.01.
"""

from pathlib import Path

from _common import arguments, machine, print_table, record
from cohobate.practicum.reader_test import read_published, versions

GOAL = "shares and ratios as in the reference, ends of intervals within 0.01"
SEEDS = 5
REFERENCE = {
    "Original": {"accuracy": 0.783, "unanswered_share": 0.122},
    "Elementary": {"accuracy": 0.772, "ratio": (0.986, 0.895, 1.09)},
    "KIS": {"accuracy": 0.206, "ratio": (0.262, 0.185, 0.353)},
}

parser = arguments(__doc__)
parser.add_argument("file", type=Path, help="the published answers")
asked = parser.parse_args()
facts = machine(asked.threads)

answers, mistakes = read_published(asked.file.read_text("utf-8"))
for mistake in mistakes:
    parser.error(f"{asked.file}, line {mistake.line}: {mistake.sentence}")
of_seeds = [{one.text: one.to_dict() for one in versions(answers, seed=seed)} for seed in range(SEEDS)]
found = of_seeds[0]
rows = []
for text, one in found.items():
    ratio = one["ratio"] or {}
    ends = f"{ratio['low']:.3f}–{ratio['high']:.3f}" if ratio else "–"
    rows.append(
        [text, one["answers"], one["accuracy"]["value"], ratio.get("value", "–"), ends, one["unanswered_share"]]
    )
print_table(["text", "answers", "right", "ratio", "95 %", "unanswered"], rows)

compared = []
for text, expected in REFERENCE.items():
    if text not in found:
        continue
    one = found[text]
    values = [(one["accuracy"]["value"], expected["accuracy"], 0.0005)]
    if "unanswered_share" in expected:
        values.append((one["unanswered_share"], expected["unanswered_share"], 0.0005))
    if "ratio" in expected:
        values.append((one["ratio"]["value"], expected["ratio"][0], 0.0005))
        for k, end in ((1, "low"), (2, "high")):
            values += [(of[text]["ratio"][end], expected["ratio"][k], 0.01) for of in of_seeds]
    compared.append({"text": text, "as_in_the_reference": all(abs(a - b) <= off for a, b, off in values)})
    print(f"{text}: as in the reference: {'yes' if compared[-1]['as_in_the_reference'] else 'no'}")
spread = {
    text: {end: [round(of[text]["ratio"][end], 4) for of in of_seeds] for end in ("low", "high")}
    for text in found
    if found[text]["ratio"]
}
record(
    asked.records,
    "reader_reference",
    facts,
    GOAL,
    {"versions": list(found.values()), "compared": compared, "ends_over_seeds": spread},
)
