/// What the other rooms ask of trust, inside a transaction that they opened, and what trust does by
/// itself in the background.
///
/// Start at [TrustScopes]: whoever observes an event writes the ledger entries of the changes that
/// come of it ([StageMoves#record]). [Predictors] says what our own models expect of a proposal and
/// keeps it; [TrainPredictors] and [WatchPredictors] make and watch the models, for the tenants
/// that [MaintainPredictors] goes through; [ShowModels] and [ChooseModel] are for people.
///
/// [JudgeHours] judges the hours that were counted with the events, and raises alarms; [Anomalies]
/// is what people do with them, and [AlarmsInForce] what they do to the mode.
///
/// What always holds, each a test in `PredictorsTest` of the workflow room:
///
/// - What is stated of a proposal is kept in the transaction that makes it, and never changed.
/// - Nothing of a tenant teaches another one's models.
/// - Of two nodes that train the same one is right, and nothing is trained twice on the same.
/// - Without a certified threshold for the version that answered, no risk is low enough.
/// - An hour counts what its events were, and costs an event no statement of its own but when it
///   begins and when it is over (`CountHoursTest`).
/// - Each hour is judged once, in order, whichever nodes look and whoever is killed
///   (`JudgeHoursTest`).
/// - An alarm lowers the mode from the commit of its entry on, and no longer than its life says
///   (`AnomaliesTest`).
@NullMarked
package dev.countersign.trust.usecase;

import org.jspecify.annotations.NullMarked;
