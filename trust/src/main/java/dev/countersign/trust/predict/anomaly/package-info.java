/// Notices hours that are unlike the others, and says in what.
///
/// [CountedHour] counts an hour as it goes by. Start at [Watch]: the hour's [Window] of each scope
/// in, at most one [Alarm] for the tenant out. [Usual] is what a scope's windows are like;
/// [CutForest], a library's place, scores how far a window stands alone; [ScoredHours] ranks the
/// hour's largest scores among those of the hours before, and so keeps the budget. [AlarmLife] is
/// what people do with an alarm.
///
/// What always holds, each a test in `WatchTest` unless another is named:
///
/// - While hours are exchangeable, false alarms are at most one a week on average for a tenant,
///   over all its scopes together (`ScoredHoursTest`, exact).
/// - Nothing is raised before there are enough hours to keep that budget.
/// - The same windows in the same order give the same alarms and the same state, bit for bit,
///   whether or not the state was written and read in between.
/// - The state is bounded: so many windows a scope, so many hours a tenant.
/// - Every alarm names features with what was observed and what is usual, also where that is 0.
/// - An hour that was counted happening by happening is the window of them, in bounded space
///   (`CountedHourTest`).
/// - An alarm's life has only the moves of its table (`AlarmLifeTest`).
///
/// Nothing here knows of stages: that an open alarm lowers the mode is for who composes it.
@NullMarked
package dev.countersign.trust.predict.anomaly;

import org.jspecify.annotations.NullMarked;
