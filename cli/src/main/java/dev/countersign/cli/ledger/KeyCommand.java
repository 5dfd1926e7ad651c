package dev.countersign.cli.ledger;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign ledger key`.
@Command(
    name = "key",
    description = "List, make and retire the keys that sign the log.",
    footer = {"", "docs/witnesses.md takes a rotation step by step."})
public final class KeyCommand extends Help {}
