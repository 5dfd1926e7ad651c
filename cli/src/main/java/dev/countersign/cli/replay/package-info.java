/// Drives a recorded case log through the HTTP API in time order, and reports what came of it.
///
/// Start at [Replay]. A [Mapping] says what the columns of a log mean; [CaseLog] reads it, CSV or
/// XES, into [LoggedCase]s; a [TimeLine] puts what happened to them in order; [Course] goes along
/// it, and [CaseReplay] takes one case through its life, [Step] by step; [Report] is what remains
/// to be read.
///
/// What always holds, each a test:
///
/// - The time line has every case's submission and every decision of a person exactly once, in the
///   order of their time, a submission before its decision (`TimeLineTest`).
/// - What is left to be done for a case is read from the server alone, so a replay that was killed
///   goes on where it stopped (`StepTest`).
/// - The same step of the same case has the same idempotency key at each run, and no two steps
///   share one (`IdempotencyTest`).
/// - A state file saves time and decides nothing: with it, without it, or after a kill in between,
///   a replay ends the same (`ReplayStateTest`, `ReplayJourneyTest`).
/// - A mapping is refused with all of its problems at once, and so are the rows of a log
///   (`MappingTest`, `CaseLogTest`).
/// - An XES file fetches nothing, opens no entity and is bounded in depth and size (`XesLogTest`).
/// - Whatever is in a log, the page of a report is well-formed, has no script and fetches nothing
///   (`HtmlReportTest`).
///
/// Nothing here knows of the trust that follows: it is read back and shown.
@NullMarked
package dev.countersign.cli.replay;

import org.jspecify.annotations.NullMarked;
