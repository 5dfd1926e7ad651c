package dev.countersign.cli.trust;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign trust`.
@Command(
    name = "trust",
    description =
        "See how trust is earned and lost, where scopes stand, and what certificates state.")
public final class TrustCommand extends Help {}
