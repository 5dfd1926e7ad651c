package dev.countersign.cli.approvals;

import dev.countersign.cli.api.Api;
import dev.countersign.cli.console.Help;
import picocli.CommandLine.Command;

/// `countersign approvals`.
@Command(name = "approvals", description = "List, show and decide what waits for a person.")
public final class ApprovalsCommand extends Help {
  static final String ADDRESS = "/v1/approvals";

  /// The key of a demo by which a person decides.
  static final String USUAL = "approver";

  static String address(String id) {
    return ADDRESS + "/" + Api.quoted(id);
  }
}
