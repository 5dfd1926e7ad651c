/// Webhooks on PostgreSQL.
///
/// [WebhookStore] is what people change; [ProgressStore] is how far a webhook has come, with the
/// lease of the node that is at it; [DeliveryStore] is where each event stands. [DueWebhooks] finds
/// those of all tenants that have something to do.
@NullMarked
package dev.countersign.events.store;

import org.jspecify.annotations.NullMarked;
