#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what smcctl --json has printed, on standard input, against its schema.

Usage: tests/vm/schema.py KIND [lines]
       tests/vm/schema.py openmetrics | case
KIND is a file of smcctl/schema without its suffix, as "device-list"; with "lines", each line is
an object of its own. The schema has to refuse what it was not written for, too: an object with a
member more. The text of smcctl metrics is checked by the parser of Prometheus' library.
In the output of a case, "# json KIND JSON" and "# openmetrics BASE64" have what to check: see lib.sh.
Needs: python3-jsonschema, python3-prometheus-client; so it is run by Debian's own Python.
"""

import base64
import copy
import json
import re
import sys
from pathlib import Path

import jsonschema
from prometheus_client.openmetrics import parser as openmetrics

SCHEMAS = Path(__file__).resolve().parent.parent.parent / "smcctl" / "schema"
MARK = "# json "
METRICS_MARK = "# openmetrics "


def _load(kind):
    """The schema `kind`, with what it refers to in other files put into it."""
    text = (SCHEMAS / f"{kind}.json").read_text(encoding="utf-8")
    others = set(re.findall(r'"([a-z-]+)\.json"', text))
    schema = json.loads(re.sub(r'"([a-z-]+)\.json"', r'"#/$defs/\1"', text)
                        .replace('"common.json#/', '"#/'))
    for other in others:
        member = _load(other)
        schema.setdefault("$defs", {}).update(member.pop("$defs"))
        schema["$defs"][other] = member
    common = json.loads((SCHEMAS / "common.json").read_text(encoding="utf-8"))
    schema["$defs"] = common["$defs"] | schema.get("$defs", {})
    return schema


def validator(kind):
    """Of the schema `kind`."""
    schema = _load(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def objects(value):
    """All objects in `value`, itself first."""
    if isinstance(value, dict):
        yield value
        value = value.values()
    if isinstance(value, (list, type({}.values()))):
        for member in value:
            yield from objects(member)


def problems(kind, value, validate=None):
    """What is wrong with `value`, in words."""
    validate = validate or validator(kind)
    found = [f"{kind}: {error.json_path}: {error.message}"
             for error in validate.iter_errors(value)]
    for index, _ in enumerate(objects(value)):
        longer = copy.deepcopy(value)
        list(objects(longer))[index]["no such member"] = 1
        if not found and validate.is_valid(longer):
            found.append(f"{kind}: the schema lets object {index} have any member")
    return found


def check(kind, text, lines=False):
    """What is wrong with the output `text`, in words."""
    try:
        values = [json.loads(part) for part in (text.splitlines() if lines else [text])]
    except ValueError as error:
        return [f"{kind}: no JSON: {error}: {text[:200]!r}"]
    if not values:
        return [f"{kind}: nothing was printed"]
    if not (SCHEMAS / f"{kind}.json").exists():
        return [f"{kind}: there is no such schema"]
    validate = validator(kind)
    return [problem for value in values for problem in problems(kind, value, validate)]


def check_metrics(text):
    """What is wrong with OpenMetrics text, in words."""
    try:
        families = list(openmetrics.text_string_to_metric_families(text))
    except ValueError as error:
        return [f"openmetrics: {error}: {text[:200]!r}"]
    return [] if families else ["openmetrics: there are none"]


def check_case(lines):
    """What is wrong with the JSON and the metrics in a case's output, in words."""
    found = []
    for line in lines:
        if line.startswith(METRICS_MARK):
            found += check_metrics(base64.b64decode(line[len(METRICS_MARK):]).decode())
        if line.startswith(MARK):
            kind, _, text = line[len(MARK):].partition(" ")
            found += check(kind, text)
    return found


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["lines"]):
        sys.exit(__doc__)
    text = sys.stdin.read()
    if sys.argv[1] == "openmetrics":
        found = check_metrics(text)
    elif sys.argv[1] == "case":
        found = check_case(text.splitlines())
    else:
        found = check(sys.argv[1], text, len(sys.argv) == 3)
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
