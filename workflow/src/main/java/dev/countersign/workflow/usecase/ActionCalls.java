package dev.countersign.workflow.usecase;

import dev.countersign.workflow.OutgoingCall;

/// The way to other systems.
///
/// An implementation MUST end within the call's time-out, MUST send its idempotency key, MUST NOT
/// follow redirects, and MUST be safe for use by many threads. It throws nothing that the other
/// system could cause.
@FunctionalInterface
public interface ActionCalls {
  OutgoingCall.Reply call(OutgoingCall call);
}
