package dev.countersign.cli.policy;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign policy`.
@Command(name = "policy", description = "Lint and test policy sets, without a server.")
public final class PolicyCommand extends Help {}
