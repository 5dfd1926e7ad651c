package dev.countersign.cli.trust;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign trust`.
@Command(name = "trust", description = "See how trust is earned and lost, without a server.")
public final class TrustCommand extends Help {}
