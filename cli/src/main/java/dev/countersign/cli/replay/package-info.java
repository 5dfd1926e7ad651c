/// Drives a recorded case log through the HTTP API in time order, and reports what came of it.
///
/// Start at [Replay]. A [Mapping] says what the columns of a log mean; [CaseLog] reads it into
/// [LoggedCase]s; a [TimeLine] puts what happened to them in order; [CaseReplay] takes one case
/// through its life, [Step] by step; [Report] is what remains to be read.
///
/// What always holds, each a test:
///
/// - The time line has every case's submission and every decision of a person exactly once, in the
///   order of their time, a submission before its decision (`TimeLineTest`).
/// - What is left to be done for a case is read from the server alone, so a replay that was killed
///   goes on where it stopped (`StepTest`).
/// - The same step of the same case has the same idempotency key at each run, and no two steps
///   share one (`IdempotencyTest`).
/// - A mapping is refused with all of its problems at once (`MappingTest`).
///
/// Nothing here knows of the trust that follows: it is read back and shown.
@NullMarked
package dev.countersign.cli.replay;

import org.jspecify.annotations.NullMarked;
