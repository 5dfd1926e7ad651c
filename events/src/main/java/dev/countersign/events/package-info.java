/// What the log says, told to others: by webhooks, and live to whoever listens.
///
/// Start at [CloudEvent], an entry as others are told of it. A [Webhook] says who is told what; a
/// [Delivery] is one event on its way there, tried again by the [RetrySchedule] while
/// [ReceiverHealth] says that somebody is there. [SignedRequest] is what is sent, signed over its
/// [SignatureBase] with the [WebhookKey]; [AllowedAddresses] says where it may go.
///
/// The ledger read by index is the feed: every follower has a position in it, and there is no
/// second outbox. What always holds, each a test:
///
/// - A filter that somebody gives names what can be recorded (`WebhookRulesTest`).
/// - Nothing is told that has no index in the log, and nothing that has one is left out, whichever
///   node dies while it tells (`DeliverWebhooksTest`, `TakenOverTest`, `LiveFeedTest`).
/// - The events of one case reach a receiver in the order of the log, until one of them is a dead
///   letter; so do those of one governed action (`OrderOfCasesTest`, `TakenOverTest`).
/// - Two nodes never send the events of one webhook at the same time (`TakenOverTest`).
/// - No connection is made to an address that was not checked (`PinnedPostTest`).
/// - Content that is erased is told to nobody any more, and is not in this room's tables
///   (`DeliverWebhooksTest`).
/// - Telling leaves no entry for each event, and no entry that would be told again without an end
///   (`DeliverWebhooksTest`).
/// - The published vector of RFC 9421 passes (`SignatureBaseTest`).
///
/// Nothing here knows of databases, of the time, or of how a connection is made.
@NullMarked
package dev.countersign.events;

import org.jspecify.annotations.NullMarked;
