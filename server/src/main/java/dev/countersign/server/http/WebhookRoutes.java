package dev.countersign.server.http;

import dev.countersign.events.DeliveryState;
import dev.countersign.events.usecase.ChangeWebhook;
import dev.countersign.events.usecase.CreateWebhook;
import dev.countersign.events.usecase.PingWebhook;
import dev.countersign.events.usecase.RedriveDelivery;
import dev.countersign.events.usecase.RemoveWebhook;
import dev.countersign.events.usecase.ShowWebhooks;
import dev.countersign.events.usecase.WebhookRequest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Webhooks: who is told what the log says, and what became of it.
@Path("/v1/webhooks")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public final class WebhookRoutes {
  private static final String READ = "webhook:read";
  private static final String WRITE = "webhook:write";

  private final CreateWebhook create;
  private final ChangeWebhook change;
  private final RemoveWebhook remove;
  private final RedriveDelivery redrive;
  private final PingWebhook ping;
  private final ShowWebhooks show;
  private final Edge edge;

  WebhookRoutes(
      CreateWebhook create,
      ChangeWebhook change,
      RemoveWebhook remove,
      RedriveDelivery redrive,
      PingWebhook ping,
      ShowWebhooks show,
      Edge edge) {
    this.create = create;
    this.change = change;
    this.remove = remove;
    this.redrive = redrive;
    this.ping = ping;
    this.show = show;
    this.edge = edge;
  }

  @GET
  @Needs(READ)
  public Response list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
    var page = new Parameters().page(limit, cursor);
    return edge.read(READ, principal -> show.list(principal, page.before(), page.limit()));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Needs(value = WRITE, records = CreateWebhook.ACTION)
  public Response create(Json body, HttpServerRequest http) {
    var request = WebhookRequest.parseNew(body);
    return edge.write(201, WRITE, http, body, call -> create.create(call, request).json());
  }

  @GET
  @Path("/{id}")
  @Needs(READ)
  public Response one(@PathParam("id") String id) {
    var wanted = Paths.uuid("webhook", id);
    return edge.read(READ, principal -> show.one(principal, wanted));
  }

  @PATCH
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Needs(value = WRITE, records = ChangeWebhook.ACTION)
  public Response change(@PathParam("id") String id, Json body, HttpServerRequest http) {
    var request = WebhookRequest.parseChange(body);
    var wanted = Paths.uuid("webhook", id);
    return edge.write(200, WRITE, http, body, call -> change.change(call, wanted, request).json());
  }

  @DELETE
  @Path("/{id}")
  @Needs(value = WRITE, records = RemoveWebhook.ACTION)
  public Response remove(@PathParam("id") String id, HttpServerRequest http) {
    var wanted = Paths.uuid("webhook", id);
    return edge.write(
        200, WRITE, http, JsonObject.EMPTY, call -> remove.remove(call, wanted).json());
  }

  /// Sends an event that is no entry and waits for what comes back; not recognised as a repetition,
  /// for that would not send anything.
  @POST
  @Path("/{id}/test")
  @Needs(value = WRITE, records = PingWebhook.ACTION)
  public Response test(@PathParam("id") String id) {
    var wanted = Paths.uuid("webhook", id);
    return Edge.json(200, edge.checkedAgain(WRITE, () -> ping.ping(edge.call(), wanted)));
  }

  @GET
  @Path("/{id}/deliveries")
  @Needs(READ)
  public Response deliveries(
      @PathParam("id") String id,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor) {
    var parameters = new Parameters();
    var words = Arrays.stream(DeliveryState.values()).map(DeliveryState::word).toList();
    var wanted =
        parameters.choice("state", state, words, word -> Optional.of(DeliveryState.of(word)));
    int size = parameters.limit(limit);
    var before = parameters.number("cursor", cursor);
    parameters.done();
    var webhook = Paths.uuid("webhook", id);
    return edge.read(READ, principal -> show.deliveries(principal, webhook, wanted, before, size));
  }

  @POST
  @Path("/{id}/deliveries/{delivery_id}/redrive")
  @Needs(value = WRITE, records = RedriveDelivery.ACTION)
  public Response redrive(
      @PathParam("id") String id,
      @PathParam("delivery_id") String deliveryId,
      HttpServerRequest http) {
    var webhook = Paths.uuid("webhook", id);
    var delivery = Paths.uuid("delivery", deliveryId);
    return edge.write(
        200,
        WRITE,
        http,
        JsonObject.EMPTY,
        call -> redrive.redrive(call, webhook, delivery).json());
  }
}
