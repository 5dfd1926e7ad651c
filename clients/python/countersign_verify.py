#!/usr/bin/env python3
"""Verifies receipts and exports of a Countersign ledger, without Countersign.

Written from docs/ledger-format.md, to prove that the format carries the trust and not one program. Needs Python 3.11 and
`cryptography` (Debian: python3-cryptography). Exit codes: 0 all verified, 1 one was refused, 2 not understood.
"""
import argparse, base64, contextlib, datetime, decimal, hashlib, json, os, re, sys  # noqa: E401
try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    print("countersign_verify: `cryptography` is missing: install python3-cryptography and use /usr/bin/python3", file=sys.stderr)
    sys.exit(2)

LONGEST_LINE, EXACT = 2_000_000, 2**53 - 1
ANY, HEX, UUID = r"(?s:.*)", r"[0-9a-f]{64}", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TEXTS = {"id": UUID, "tenant": UUID, "correlation_id": UUID, "previous": HEX, "action": r"[a-z_]+(\.[a-z_]+)+",
         "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "actor": ANY, "resource": ANY, "resource_id": ANY, "trace_id": ANY, "source": ANY}
LINE = ("log_index", "salt", "entry", "erased", "leaf", "proof")
CONSISTENCY = "the log from the older checkpoint on: an export with `since` set to its size proves it"
class Malformed(ValueError): "What was read is not in the format."  # noqa: E701
class Refused(Exception): "The first thing that fails: the place, the word for it, and why."  # noqa: E302, E701

def need(condition, message):
    if not condition:
        raise Malformed(message)
def refuse_if(condition, place, word, message):
    if condition:
        raise Refused(place, word, message)

@contextlib.contextmanager
def refused(place, word="malformed"):
    try:
        yield
    except ValueError as e:
        raise Refused(place, word, str(e)) from e
# JSON, strictly, and its canonical form, RFC 8785
def canonical_number(value):
    plain = isinstance(value, float) and 1e-6 <= abs(value) < 1e21
    return (format(decimal.Decimal(repr(value)), "f") if plain else repr(value).replace("e-0", "e-")).removesuffix(".0")
def number(literal):
    value = float(literal)
    need(len(literal) <= 64 and abs(value) != float("inf"), "a number is too large")
    need(decimal.Decimal(canonical_number(value)) == decimal.Decimal(literal), "a number does not survive as a double")
    return int(value) if value.is_integer() and abs(value) <= EXACT else value

def canonical(value):
    if isinstance(value, dict):
        inner = (canonical(name) + ":" + canonical(value[name]) for name in sorted(value, key=lambda name: name.encode("utf-16-be")))
        return "{" + ",".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return canonical_number(value) if type(value) in (int, float) else json.dumps(value, ensure_ascii=False)

def read_json(data):
    try:
        once = lambda pairs: need(len(dict(pairs)) == len(pairs), "a member is there twice") or dict(pairs)  # noqa: E731
        value = json.loads(data.decode("utf-8"), object_pairs_hook=once, parse_int=number, parse_float=number, parse_constant=number)
        canonical(value).encode("utf-8")
        return value
    except (ValueError, RecursionError, decimal.InvalidOperation) as e:
        raise Malformed(f"it is not JSON: {e}") from e

def an_object(value, *known):
    need(isinstance(value, dict) and value.keys() <= set(known), "an object with other members was expected")
    return value
def text_of(value, pattern=ANY):
    need(isinstance(value, str) and re.fullmatch(pattern, value), "a text is missing or malformed")
    return value
def count_of(value):
    need(type(value) is int and 0 <= value <= EXACT, "a number of entries was expected")
    return value
def digests_of(value):
    need(isinstance(value, list), "an array was expected")
    return [bytes.fromhex(text_of(item, HEX)) for item in value]
def base64_of(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "it is not base 64 in its one spelling")
    return data

# The tree, by the recursions of RFC 6962, sections 2.1.1 and 2.1.2
def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def node(left, right):
    return sha256(b"\1", left, right)

def root_of(index, size, leaf, path):
    if size == 1 or not path:
        need(size == 1 and not path, "the proof has another length")
        return leaf
    left, below = 1 << (size - 1).bit_length() - 1, path[:-1]
    return node(root_of(index, left, leaf, below), path[-1]) if index < left else node(path[-1], root_of(index - left, size - left, leaf, below))

def roots_of(first, second, path, whole):
    """The older and the newer root that a proof leads to; `whole` is the older one for as long as its tree is complete."""
    if first == second or not path:
        need(first == second and len(path) == (0 if whole else 1), "the proof has another length")
        return (whole or path[0],) * 2
    left, beside = 1 << (second - 1).bit_length() - 1, path[-1]
    if first <= left:
        older, newer = roots_of(first, left, path[:-1], whole)
        return older, node(newer, beside)
    older, newer = roots_of(first - left, second - left, path[:-1], None)
    return node(beside, older), node(beside, newer)

# Keys, notes and checkpoints, C2SP
def key_of(vkey):
    name, key_id, data = (vkey.split("+", 2) + ["", ""])[:3]
    data = base64_of(data)
    need(len(data) == 33 and data[0] in (1, 4) and sha256(name.encode(), b"\n", data)[:4].hex() == key_id, f"`{vkey}` is no verifier key")
    return name, bytes.fromhex(key_id), data[0], Ed25519PublicKey.from_public_bytes(data[1:])
def signed(key, signature, text):
    time, raw = int.from_bytes(signature[:8], "big"), signature
    if key[2] == 4:
        raw, text = signature[8:], f"cosignature/v1\ntime {time}\n{text}"
    try:
        key[3].verify(raw, text.encode("utf-8"))
        return key[2] == 1 or time < 2**63
    except InvalidSignature:
        return False
def note_of(note):
    need(isinstance(note, str) and "\n\n" in note and note.endswith("\n"), "a note is a text, a blank line and signatures")
    text, _, rest = note.rpartition("\n\n")
    need(all(c >= " " or c == "\n" for c in text), "a note's text is lines without control characters")
    found = [re.fullmatch("— ([^+\\s\x00-\x20]+) (.+)", line) for line in rest[:-1].split("\n")]
    need(all(found) and len(found) <= 100, "a signature is a dash, a name and base 64, and there are at most 100")
    signatures = [(match[1], base64_of(match[2])) for match in found]
    need(all(len(data) > 4 for _, data in signatures), "a signature is too short")
    return text + "\n", signatures

class Checkpoints:
    """Accepts what the given keys have signed: each distinct checkpoint is verified once, and no two may contradict each other."""

    def __init__(self, keys, witnesses):
        self.keys, self.witnesses, self.known, self.roots = keys, witnesses, {}, {}

    def check(self, note, place="the checkpoint", held=False):
        if (note, held) not in self.known:
            with refused(place):
                text, signatures = note_of(note)
                origin, digits, root, *_ = (text + "\n\n").split("\n")
                size, root = int(text_of(digits, "0|[1-9][0-9]{0,18}")), base64_of(root)
                need(all(text[:-1].split("\n")) and size < 2**63 and len(root) == 32 and (size or root == sha256()), "it is no checkpoint")
            self.known[note, held] = origin, size, root, self.signers(place, origin, text, signatures, held)
        origin, size, root, names = self.known[note, held]
        other = self.roots.setdefault((origin, size), root) != root
        refuse_if(other, place, "broken chain of checkpoints", f"another checkpoint of {size} entries was signed with another root")
        return origin, size, root, names

    def signers(self, place, origin, text, signatures, held):
        ours = [key for key in self.keys if key[0] == origin]
        refuse_if(not ours, place, "wrong origin", f"the checkpoint is of `{origin}`, not of this log")
        by = [(key, data) for name, data in signatures for key in ours + self.witnesses if key[:2] == (name, data[:4])]
        for key, data in by:
            refuse_if(not signed(key, data[4:], text), place, "bad signature", f"the signature of `{key[0]}` is not over this checkpoint")
        refuse_if(not any(key in ours for key, _ in by), place, "bad signature", f"no known key of `{origin}` has signed")
        names = {key[0] for key, _ in by if key in self.witnesses}
        few = not held and len(names) < len({key[0] for key in self.witnesses})
        refuse_if(few, place, "too few witnesses", f"only {len(names)} known witnesses have cosigned")
        return names

# Entries, receipts and exports
class Proven:
    """An entry, held or erased, with its place and the path that proves it."""

    def __init__(self, line, index, path):
        self.index, self.path, self.place, self.entry = count_of(index), path, f"log index {index}", None
        self.claimed = digests_of([line["leaf"]])[0] if "leaf" in line else None
        if "erased" in line:
            need(self.claimed and not {"salt", "entry"} & line.keys(), "an erased entry has a leaf, and neither salt nor entry")
            erased = an_object(line["erased"], "time", "reason")
            self.leaf, _ = self.claimed, text_of(erased.get("reason")) + str(datetime.datetime.fromisoformat(text_of(erased.get("time"))))
        else:
            salt, self.entry = digests_of([line.get("salt")])[0], entry_of(line.get("entry"))
            self.leaf = sha256(b"\0CSL1", sha256(b"CSL1", salt, canonical(self.entry).encode("utf-8")))

    def verify(self, size, root):
        refuse_if(self.claimed not in (None, self.leaf), self.place, "altered content", "the entry is not the one its leaf commits to")
        with refused(self.place, "wrong position" if self.claimed or self.index >= size else "not in the log"):
            need(self.index < size, f"the checkpoint covers only {size} entries")
            need(root_of(self.index, size, self.leaf, self.path) == root, "the proof does not lead from this leaf to the root")

def entry_of(entry):
    an_object(entry, *TEXTS, "tenant_seq", "details")
    need(not any("\0" in text_of(entry.get(name), pattern) for name, pattern in TEXTS.items()), "a text contains U+0000")
    datetime.datetime.fromisoformat(entry["time"])
    need((count_of(entry.get("tenant_seq")) == 0) == (entry["previous"] == "0" * 64), "the first entry, and no other, follows zero")
    need(isinstance(entry.get("details"), dict), "`details` are no object")
    return entry

def line_of(line):
    return Proven(an_object(line, *LINE), line.get("log_index"), digests_of(line.get("proof")))

def verify_receipt(file, checkpoints, since):
    with refused("the file"):
        proof, _, note = file.read(4 * LONGEST_LINE).decode("utf-8").partition("\n\n")
        first, extra, index, *path = proof.split("\n") + [""] * (3 - min(3, proof.count("\n") + 1))
        need(first == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and len(path) < 64, "it is no receipt")
        line = an_object(read_json(base64_of(extra[6:])), *LINE[1:5])
        entry = Proven(line, int(text_of(index, "index (0|[1-9][0-9]{0,15})")[6:]), [base64_of(item) for item in path])
        need(note_of(note) and entry.claimed and all(len(item) == 32 for item in entry.path), "extra data or the proof is malformed")
    checkpoint = checkpoints.check(note)
    entry.verify(*checkpoint[1:3])
    older = checkpoints.check(since, "the older checkpoint", True) if since else checkpoint
    refuse_if(older[0] != checkpoint[0], "the older checkpoint", "wrong origin", f"it is of `{older[0]}`")
    return 1, checkpoint, [CONSISTENCY] if older[1] != checkpoint[1] else []

def footer_of(file):
    """The last line of an export, and where it begins."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE))
    *before, last, rest = [b"", b""] + file.read().split(b"\n")
    with contextlib.suppress(Malformed):
        rest = rest or {"log_index", "countersign_export"} & set(read_json(last) or ())
    if rest:
        file.seek(0)
        raise Refused(f"line {sum(line[-1:] == bytes([10]) for line in file) + 1}", "tail cut", "the export ends here: was the download interrupted?")
    with refused("the last line"):
        footer = an_object(read_json(last), "count", "checkpoint", "tenant_size", "consistency", "closing")
        older = an_object(footer.get("consistency", {"from": 0, "proof": []}), "from", "proof")
        need(note_of(footer.get("checkpoint")) and len(before) > 2, "an export has two lines at least")
        numbers = count_of(footer.get("count")), count_of(footer.get("tenant_size")), count_of(older.get("from"))
        return footer["checkpoint"], *numbers, digests_of(older.get("proof")), "closing" in footer and line_of(footer["closing"]), size - len(last) - 1

def verify_export(file, checkpoints, since):
    note, total, tenant_size, since_size, path, closing, end = footer_of(file)
    checkpoint = origin, size, root, _ = checkpoints.check(note)
    older = checkpoints.check(since, "the older checkpoint", True) if since else (origin, 0)
    refuse_if(older[0] != origin, "the checkpoint", "wrong origin", f"the older checkpoint is of `{older[0]}`")
    refuse_if(older[1] > size, "the checkpoint", "tail cut", f"the log had {older[1]} entries before and has {size} now")
    unproven = [CONSISTENCY] if older[1] not in (0, size, since_size) else []
    with refused("the checkpoint", "broken chain of checkpoints"):
        proved = older[1] in (0, size) or unproven or roots_of(older[1], size, path, older[2]) == (older[2], root)
        need(proved, "the proof does not lead from the older checkpoint")
    file.seek(0)
    with refused("line 1"):
        header = an_object(read_json(file.readline()), "countersign_export", "tenant", "origin", "from", "to")
        need(header.get("countersign_export") == 1 and {"from", "to"} <= header.keys() and text_of(header.get("tenant"), UUID), "no header")
        refuse_if(text_of(header.get("origin")) != origin, "line 1", "wrong origin", f"the export is of `{header['origin']}`")
    count, last, leaf, following, whole = 0, -1, None, None if header["from"] else 0, not (header["from"] or header["to"])
    while file.tell() < end:
        with refused(f"line {count + 2}"):
            proven = line_of(read_json(file.readline(LONGEST_LINE)))
        proven.verify(size, root)
        refuse_if(proven.index <= last, proven.place, "broken chain of entries", f"it stands behind the entry at log index {last}")
        if entry := proven.entry:
            refuse_if(entry["tenant"] != header["tenant"], proven.place, "wrong tenant", f"it is of tenant `{entry['tenant']}`")
            follows = following in (None, entry["tenant_seq"]) and leaf in (None, bytes.fromhex(entry["previous"]))
            refuse_if(not follows, proven.place, "broken chain of entries", "it does not follow the entry before it")
            following = entry["tenant_seq"]
        count, last, leaf, following = count + 1, proven.index, proven.leaf, None if following is None else following + 1
    refuse_if(count != total, "the last line", "tail cut" if count < total else "wrong count", f"{count} of {total} entries are there")
    short = following is not None and not header["to"] and (count or not header["from"]) and following < tenant_size
    refuse_if(short or (following or 0) > tenant_size, "the last line", "tail cut" if short else "wrong count", f"not {tenant_size} entries")
    if closing:
        entry, place = closing.entry, closing.place
        closing.verify(size, root)
        ours = entry and (entry["tenant"], entry["action"]) == (header["tenant"], "ledger.exported")
        refuse_if(not ours, place, "wrong count", "this entry logs no export of the tenant")
        with refused(place):
            logged = an_object(entry["details"], "first", "end", "from", "to")
            first, behind = count_of(logged.get("first")), count_of(entry["tenant_seq"] if logged["end"] is None else logged["end"])
        same = all(logged[e] == header[e] for e in ("from", "to")) and (header["from"] or not first) and (header["to"] or logged["end"] is None)
        refuse_if(not same, place, "wrong count", "another period was logged")
        linked = logged["end"] is not None or leaf in (None, bytes.fromhex(entry["previous"]))
        cut = not linked or entry["tenant_seq"] != tenant_size or closing.index <= last
        refuse_if(cut, place, "tail cut", "entries are missing before the one that logged the export")
        refuse_if(behind - first != count or following not in (None, first + count), place, "wrong count", "other entries were logged than are there")
        refuse_if(closing.index < older[1], place, "tail cut", "the older checkpoint covers more")
    return count, checkpoint, unproven + ["later entries"] * (not closing) + ["the ends of the period"] * (not whole)

def main():
    parser = argparse.ArgumentParser(description="Verifies receipts and exports of a Countersign ledger offline.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--key", action="append", required=True, help="the log's verifier key, or a file with one a line")
    parser.add_argument("--witness", action="append", default=[], help="a witness that must have cosigned, in the same forms")
    parser.add_argument("--since", metavar="CHECKPOINT", help="a file with an older checkpoint that you hold")
    given, code = parser.parse_args(), 0
    try:
        keys = [[key_of(line) for text in texts for line in (open(text, encoding="utf-8").read() if os.path.exists(text) else text).split()]
                for texts in (given.key, given.witness)]
        need(all(key[2] == 1 for key in keys[0]) and all(key[2] == 4 for key in keys[1]), "a log's key is of type 1, a witness's of type 4")
        since, checkpoints = open(given.since, encoding="utf-8", newline="").read() if given.since else None, Checkpoints(*keys)
        for name in given.files:
            with open(name, "rb") as file:
                try:
                    is_export, _ = file.read(1) == b"{", file.seek(0)
                    entries, (origin, size, _, names), unproven = (verify_export if is_export else verify_receipt)(file, checkpoints, since)
                    by = "".join(f", witnessed by {witness}" for witness in sorted(names))
                    print(f"ok: {name}: {entries:,} entries in the log `{origin}` of {size:,}{by}")
                    print("".join(f"note: nothing proves {what}\n" for what in unproven), end="")
                except Refused as e:
                    code = print("FAILED: {}: {}: {}: {}".format(name, *e.args)) or 1
    except (OSError, ValueError) as e:
        code = print(f"countersign_verify: {e}", file=sys.stderr) or 2
    return code

if __name__ == "__main__":
    sys.exit(main())
