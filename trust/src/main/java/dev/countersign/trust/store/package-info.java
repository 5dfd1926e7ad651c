/// The tables of trust: settings, scopes with their state, what each scope remembers, the hours
/// that were counted, how they were judged, and alarms.
///
/// Start at [TrustStore]. The state is stored as text, whole, and changed only under the scope's
/// row lock. [ActiveTenants] alone looks across tenants, at which of them something happened in.
/// Nothing here knows what the state means.
@NullMarked
package dev.countersign.trust.store;

import org.jspecify.annotations.NullMarked;
