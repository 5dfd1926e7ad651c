package dev.countersign.cli.ledger;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign ledger`.
@Command(
    name = "ledger",
    description =
        "Verify receipts and exports, list orphans, recompute a database, look after keys and alarms.")
public final class LedgerCommand extends Help {}
