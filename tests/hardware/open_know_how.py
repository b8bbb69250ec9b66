"""The rules of Open Know-How's manifest, version 1.0, as its keepers publish them.

Transcribed, without descriptions and examples, from ``src/schema/okh-v1.schema.json`` of
iop-alliance/OpenKnowHow at commit 05fee15. Left out are the pattern of BCP 47 language tags, whose
named groups Python's ``re`` does not take, and rules for translations. Added is that no other
property is there: a misspelt one would pass.
"""

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
DATE = {"type": "string", "format": "date"}
WEB = {"type": "string", "pattern": "^https?://"}
RELATIVE = {
    "type": "string",
    "not": {
        "anyOf": [
            {"pattern": "^[a-z]*:"},
            {"pattern": "^//"},
            {"pattern": r"(?:.*/)?\.\.(?:/.*)?"},
        ]
    },
}
PATH = {"type": "string", "anyOf": [WEB, RELATIVE]}
PERSON = {
    "type": "object",
    "anyOf": [{"required": ["name"]}, {"required": ["email"]}],
    "properties": {"affiliation": TEXT, "name": TEXT, "email": {**TEXT, "format": "email"}},
}
DOCUMENTS = {
    "type": "array",
    "items": {"type": "object", "properties": {"title": TEXT, "path": PATH}},
}
PROJECT = {"type": "object", "properties": {"title": TEXT, "manifest": WEB, "web": WEB}}
LICENSE = {
    "type": "object",
    "anyOf": [{"required": [part]} for part in ("hardware", "documentation", "software")],
    "properties": {"hardware": TEXT, "documentation": TEXT, "software": TEXT},
}
PATHS = ("archive-download", "bom", "documentation-home", "image", "tool-list")
TEXTS = ("title", "description", "development-stage", "health-safety-notice", "intended-use")
LANGUAGES = ("documentation-language", "manifest-language")
DOCUMENTED = (
    *("design-files", "disposal-instructions", "maintenance-instructions", "making-instructions"),
    *("manufacturing-files", "operating-instructions", "quality-instructions", "risk-assessment"),
    *("schematics", "software", "tool-settings"),
)

OKH_V1 = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "anyOf": [{"required": ["project-link"]}, {"required": ["documentation-home"]}],
    "required": ["title", "description", "license"],
    "properties": {
        **dict.fromkeys(PATHS, PATH),
        **dict.fromkeys((*TEXTS, *LANGUAGES), TEXT),
        **dict.fromkeys(DOCUMENTED, DOCUMENTS),
        **dict.fromkeys(("date-created", "date-updated"), DATE),
        **dict.fromkeys(("made", "made-independently"), FLAG),
        **dict.fromkeys(("derivative-of", "variant-of"), PROJECT),
        "contact": PERSON,
        "contributors": {"type": "array", "items": {**PERSON, "required": ["name"]}},
        "keywords": {"type": "array", "minItems": 1, "uniqueItems": True, "items": TEXT},
        "license": LICENSE,
        "licensor": {**PERSON, "required": ["name"]},
        "manifest-author": {**PERSON, "required": ["name", "email"]},
        "okh-manifest-version": {"const": "1.0.0"},
        "project-link": WEB,
        "sub-parts": {"type": "array", "items": PROJECT},
        "version": {"type": ["string", "number"]},
    },
    "additionalProperties": False,
}
