/// The tests that travel with a policy set: a request, and the answer that its author expects.
///
/// Start at [PolicyTests], which reads them and runs them against a set, with what they say is
/// registered and with nothing else: the same file gives the same results on every machine. They
/// test the set as it is written, without a tenant's overrides.
@NullMarked
package dev.countersign.policy.tests;

import org.jspecify.annotations.NullMarked;
