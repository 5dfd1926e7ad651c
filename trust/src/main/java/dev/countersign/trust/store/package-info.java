/// The tables of trust: settings, scopes with their state, what each scope remembers; examples and
/// models of the predictors; the hours that were counted, how they were judged, and alarms.
///
/// Start at [TrustStore] and [ModelStore]. The state is stored as text, whole, and changed only
/// under the scope's row lock; [KnownStates] reads it. [ActiveTenants] alone looks across tenants,
/// at which of them something happened in. Nothing here knows what the state means.
@NullMarked
package dev.countersign.trust.store;

import org.jspecify.annotations.NullMarked;
