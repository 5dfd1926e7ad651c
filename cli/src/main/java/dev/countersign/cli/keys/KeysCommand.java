package dev.countersign.cli.keys;

import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign keys`.
@Command(name = "keys", description = "List, make, rotate and revoke API keys.")
public final class KeysCommand extends Help {
  static final String ADDRESS = "/api/admin/keys";
}
