/// How a policy set comes into force: the rules, without storage or time.
///
/// Start at [VersionState], the table of states and moves, and [Widening], which says whether a
/// change of what is in force needs a second person.
///
/// What always holds, each a test:
///
/// - A version moves only along the table (`VersionStateTest` tries every pair).
/// - If a change is called not wider, it permits no request that was not permitted before, and
///   takes no obligation from one that still is (`WideningPropertiesTest`).
@NullMarked
package dev.countersign.policy.lifecycle;

import org.jspecify.annotations.NullMarked;
