package dev.countersign.cli.tenant;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign tenant`.
@Command(name = "tenant", description = "Make a tenant.")
public final class TenantCommand extends Help {}
