package dev.countersign.server;

import dev.countersign.server.GovernedTenants.GovernedTenant;
import java.util.List;

/// Drives every route of the server with real requests on real state.
///
/// Start at [#tell]; what a request is held to while it is made is in [StoryRequests]. For one
/// thread, once.
final class EntriesStory {
  private final StoryRequests requests;

  EntriesStory(Http http, GovernedTenant tenant, Effects effects, LogFault fault) {
    requests = new StoryRequests(http, tenant, effects, fault);
  }

  /// Everything that happened, in order; later chapters build on earlier ones.
  List<StoryRequests.Step> tell() {
    for (var chapter :
        List.of(
            new TenancyChapter(requests),
            new PolicyChapter(requests),
            new ActionChapter(requests),
            new WorkChapter(requests),
            new ApprovalChapter(requests),
            new WebhookChapter(requests),
            new LogChapter(requests))) {
      chapter.tell();
    }
    return requests.steps();
  }
}
