/// What people do with webhooks, and what every node does for them.
///
/// Start at [DeliverWebhooks]: a node claims a webhook for a while, reads the log from where it
/// stands, sends, and notes what came of it; no transaction is open while it waits for a receiver.
/// [LiveFeed] tells those who listen on this node. [CreateWebhook], [ChangeWebhook],
/// [RemoveWebhook], [RedriveDelivery] and [PingWebhook] are what people do, each with its entry.
@NullMarked
package dev.countersign.events.usecase;

import org.jspecify.annotations.NullMarked;
