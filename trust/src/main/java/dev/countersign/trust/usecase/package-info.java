/// What the other rooms ask of trust, inside a transaction that they opened.
///
/// Start at [TrustScopes]. Whoever observes an event writes the ledger entries of the changes that
/// come of it ([StageMoves#record]).
///
/// [JudgeHours] judges the hours that were counted with the events, and raises alarms; [Anomalies]
/// is what people do with them, and [AlarmsInForce] what they do to the mode. What always holds:
///
/// - An hour counts what its events were, and costs an event no statement of its own but when it
///   begins and when it is over (`CountHoursTest`).
/// - Each hour is judged once, in order, whichever nodes look and whoever is killed
///   (`JudgeHoursTest`).
/// - An alarm lowers the mode from the commit of its entry on, and no longer than its life says
///   (`AnomaliesTest`).
@NullMarked
package dev.countersign.trust.usecase;

import org.jspecify.annotations.NullMarked;
