#!/usr/bin/env python3
"""Verifies certificates of Countersign's trust scopes, without Countersign.

Written from docs/trust.md; notes, keys, checkpoints and JSON are those of countersign_verify.py beside it. Exit codes: 0 all
verified, 1 one was refused, 2 not understood.
"""
import argparse, datetime, json, os, sys  # noqa: E401
import countersign_verify as ledger

KIND, LIFE = "countersign.dev/trust-certificate/v1", datetime.timedelta(hours=24)
MEMBERS = {"tenant", "scope_id", "site", "queue", "action_type", "role_context", "profile", "demo", "stage", "since", "as_of", "budget",
           "risk", "earned", "next_step", "versions", "issued_at", "expires_at", "checkpoint"}
EARNED = {"to", "at", "attempt", "budget", "wealth", "line", "counted", "harms", "versions"}


def time_of(text):
    return datetime.datetime.fromisoformat(ledger.text_of(text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")[:26].rstrip("Z") + "+00:00")


def certificate_of(text):
    kind, _, rest = text.partition("\n")
    ledger.need(kind == KIND and rest.endswith("\n") and rest.count("\n") == 1, "it is no certificate")
    stated = ledger.read_json(rest[:-1].encode())
    ledger.need(isinstance(stated, dict) and stated.keys() == MEMBERS and ledger.canonical(stated) + "\n" == rest, "it is no certificate")
    ledger.need(stated["demo"] is (stated["profile"] == "demo") and stated["profile"] in ("demo", "standard"), "the profile is unknown")
    earned = stated["earned"]
    of_stage = isinstance(earned, dict) and earned.keys() == EARNED and (earned["to"], earned["at"]) == (stated["stage"], stated["since"])
    ledger.need(earned is None or of_stage, "the evidence is not of this stage")
    issued, expires = time_of(stated["issued_at"]), time_of(stated["expires_at"])
    ledger.need(issued <= expires <= issued + LIFE, "it would live for too long")
    return stated, issued, expires


def verify(data, keys, witnesses, now):
    """What is stated, by the log `origin` under a checkpoint over so many entries; or `Refused` with a word and why."""
    with ledger.refused("malformed"):
        text, signatures = ledger.note_of(data.decode("utf-8"))
    by = [(key, raw) for name, raw in signatures for key in keys if key[:2] == (name, raw[:4])]
    bad = not by or not all(ledger.signed(key, raw[4:], text) for key, raw in by)
    ledger.refuse_if(bad, "bad signature", "", "no given key has signed, or one that seems to has not")
    with ledger.refused("malformed"):
        stated, issued, expires = certificate_of(text)
    try:
        origin, size, _, names = ledger.Checkpoints(keys, witnesses).check(stated["checkpoint"])
    except ledger.Refused as e:
        raise ledger.Refused("bad checkpoint", "", ": ".join(e.args[1:])) from e
    ledger.refuse_if(origin not in {key[0] for key, _ in by}, "wrong origin", "", f"the key of `{origin}` has not signed")
    ledger.refuse_if(issued > now + datetime.timedelta(minutes=5), "not yet valid", "", f"it was issued at {stated['issued_at']}")
    ledger.refuse_if(now >= expires, "expired", "", f"it was in force until {stated['expires_at']}")
    return stated, origin, size, sorted(names)


def main():
    parser = argparse.ArgumentParser(description="Verifies certificates of Countersign's trust scopes offline.")
    parser.add_argument("files", nargs="+", metavar="CERTIFICATE")
    parser.add_argument("--key", action="append", required=True, help="the log's verifier key, or a file with one a line")
    parser.add_argument("--witness", action="append", default=[], help="a witness that must have cosigned, in the same forms")
    parser.add_argument("--at", help="the time for which it is verified, in RFC 3339; now, if not given")
    given, code = parser.parse_args(), 0
    try:
        keys, witnesses = [
            [ledger.key_of(line) for text in texts for line in (open(text, encoding="utf-8").read() if os.path.exists(text) else text).split()]
            for texts in (given.key, given.witness)]
        now = time_of(given.at) if given.at else datetime.datetime.now(datetime.timezone.utc)
        for name in given.files:
            with open(name, "rb") as file:
                try:
                    stated, origin, size, names = verify(file.read(1_000_001), keys, witnesses, now)
                    del stated["checkpoint"]
                    print(f"ok: {name}: signed by the log `{origin}`, under its checkpoint over {size:,} entries", *names)
                    print(json.dumps(stated, ensure_ascii=False))
                except ledger.Refused as e:
                    code = print(f"FAILED: {name}: {e.args[0]}: {e.args[2]}") or 1
    except (OSError, ValueError) as e:
        code = print(f"countersign_certificate: {e}", file=sys.stderr) or 2
    return code


if __name__ == "__main__":
    sys.exit(main())
