/// Shows what waits for a person, and says yes or no, over HTTP.
///
/// Start at [ApprovalsCommand]. Nobody agrees to what he was not shown: [ApproveCommand] wants the
/// digest that [ShowCommand] prints, and the server compares it.
@NullMarked
package dev.countersign.cli.approvals;

import org.jspecify.annotations.NullMarked;
