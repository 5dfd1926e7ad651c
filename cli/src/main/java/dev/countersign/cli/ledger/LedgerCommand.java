package dev.countersign.cli.ledger;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign ledger`.
@Command(
    name = "ledger",
    description = "Verify receipts and exports, list orphans, or recompute a database.")
public final class LedgerCommand extends Help {}
