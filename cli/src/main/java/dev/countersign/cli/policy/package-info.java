/// What an author does with a policy set before anybody is asked: `countersign policy`.
///
/// Start at [LintCommand]; [PolicyFile] reads a file and remembers where in it each value stands.
///
/// What always holds, each a test:
///
/// - A problem is told as `file:line:column: message`, at the place in the file (`PolicyFileTest`).
/// - YAML that hides its size or its depth is refused: no alias, no tag, a bound on both
///   (`PolicyFileTest`).
///
/// The rules are the policy room's; a server is not asked.
@NullMarked
package dev.countersign.cli.policy;

import org.jspecify.annotations.NullMarked;
