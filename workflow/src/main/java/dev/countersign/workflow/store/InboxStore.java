package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransaction;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// Which requests wait for whom, and from whom each is kept.
///
/// Somebody may be kept from all of the newest: because he proposed them, or has voted on them. So
/// the requests of a role are indexed by the set of those from whom they are kept. There are few
/// such sets, however many requests wait, and the newest of each that he is not in are his page.
public final class InboxStore {
  /// With more sets than this, a role's requests are walked from the newest on instead.
  private static final int MOST_SETS = 256;

  private static final UUID NO_SET = new UUID(0, 0);

  /// A role by which somebody may decide, and whose it is.
  public record Held(String actor, String role) {}

  /// What waits, and whose votes may be given about it.
  public record Waiting(ApprovalRequest request, SortedSet<String> actors) {
    public Waiting {
      actors = Collections.unmodifiableSortedSet(new TreeSet<>(actors));
    }
  }

  /// Requests of a role that are kept from the same actors.
  private record Kept(String role, UUID set, SortedSet<String> from) {
    boolean from(String actor, Held held) {
      return from.contains(actor) || from.contains(held.actor());
    }
  }

  /// What waits for a role, of one set or of any.
  private record Listed(Held held, UUID set) {}

  /// Shows a request to whoever holds one of these roles, but to nobody from whom it is kept.
  void add(TenantTransaction transaction, ApprovalRequest request, Collection<String> roles) {
    Rows.update(
            transaction,
            """
            insert into workflow.approval_waiting (tenant_id, role, approval_id, kept_from, kept_set, expires_at)
            select :tenant, role, :id, :kept_from, :kept_set, :expires_at from unnest(cast(:roles as text[])) role
            """)
        .bind("id", request.id())
        .bindArray("roles", String.class, List.copyOf(roles))
        .bindArray("kept_from", String.class, List.copyOf(request.barred()))
        .bind("kept_set", set(request.barred()))
        .bind("expires_at", Rows.timestamp(request.expiresAt()))
        .later();
  }

  /// Shows a request that waits also to whoever holds one of these roles.
  void widen(TenantTransaction transaction, UUID approvalId, Collection<String> roles) {
    Rows.update(
            transaction,
            """
            insert into workflow.approval_waiting (tenant_id, role, approval_id, kept_from, kept_set, expires_at)
            select :tenant, asked, :id, other.kept_from, other.kept_set, other.expires_at
            from unnest(cast(:roles as text[])) asked
            cross join (
              select kept_from, kept_set, expires_at from workflow.approval_waiting
              where tenant_id = :tenant and approval_id = :id limit 1) other
            on conflict do nothing
            """)
        .bind("id", approvalId)
        .bindArray("roles", String.class, List.copyOf(roles))
        .later();
  }

  /// Keeps a request that was locked and goes on waiting also from those who have voted on it.
  public void keepFrom(
      TenantTransaction transaction, ApprovalRequest request, Collection<String> voters) {
    var kept = new TreeSet<>(request.barred());
    kept.addAll(voters);
    Rows.update(
            transaction,
            """
            update workflow.approval_waiting set kept_from = :kept_from, kept_set = :kept_set
            where tenant_id = :tenant and approval_id = :id
            """)
        .bind("id", request.id())
        .bindArray("kept_from", String.class, List.copyOf(kept))
        .bind("kept_set", set(kept))
        .later();
  }

  /// What waits at `now` for somebody with one of the roles `held`, newest first, but for what is
  /// kept from `actor`, or from whose role it is; `before` is the last id of the page before.
  ///
  /// A page costs the same however many requests wait, unless those of a role are kept from 256
  /// different sets of people or more: then whoever is in many of them walks past the newest.
  public List<Waiting> page(
      TenantTransaction transaction,
      String actor,
      List<Held> held,
      Instant now,
      Optional<UUID> before,
      int limit) {
    var sets = sets(transaction, held).stream().collect(Collectors.groupingBy(Kept::role));
    boolean walks = sets.values().stream().anyMatch(ofRole -> ofRole.size() >= MOST_SETS);
    var lists =
        walks
            ? held.stream().map(one -> new Listed(one, NO_SET)).toList()
            : held.stream()
                .flatMap(one ->
                    sets.getOrDefault(one.role(), List.of()).stream()
                        .filter(set -> !set.from(actor, one))
                        .map(set -> new Listed(one, set.set())))
                .toList();
    return Rows.query(
            transaction,
            // Each list is read in the order of its index.
            """
            select page.actors, request.* from (
              select found.approval_id, array_agg(distinct found.actor) as actors
              from unnest(cast(:actors as text[]), cast(:roles as text[]), cast(:sets as uuid[])) list(actor, role, kept_set)
              cross join lateral (
                select w.approval_id, list.actor from workflow.approval_waiting w
                where w.tenant_id = :tenant and w.role = list.role %s
                  and w.expires_at > :now and not w.kept_from && array[cast(:actor as text), list.actor]
                  and w.approval_id < coalesce(cast(:before as uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                order by w.approval_id desc limit :limit) found
              group by found.approval_id order by found.approval_id desc limit :limit) page
            join workflow.approval_request request
              on request.tenant_id = :tenant and request.approval_id = page.approval_id
            order by request.approval_id desc
            """
                .formatted(walks ? "" : "and w.kept_set = list.kept_set"))
        .bindArray("actors", String.class, lists.stream().map(one -> one.held().actor()).toList())
        .bindArray("roles", String.class, lists.stream().map(one -> one.held().role()).toList())
        .bindArray("sets", UUID.class, lists.stream().map(Listed::set).toList())
        .bind("actor", actor)
        .bind("now", Rows.timestamp(now))
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> new Waiting(ApprovalStore.stored(row), Rows.names(row, "actors")))
        .list();
  }

  /// The sets of people from whom requests of these roles are kept, at most 256 of each role. Each
  /// is found by a step in the index from the one before.
  private static List<Kept> sets(TenantTransaction transaction, List<Held> held) {
    return Rows.query(
            transaction,
            """
            with recursive kept as (
              select role, first.kept_set, first.kept_from, 1 as nth
              from (select distinct role from unnest(cast(:roles as text[])) role) held
              cross join lateral (
                select w.kept_set, w.kept_from from workflow.approval_waiting w
                where w.tenant_id = :tenant and w.role = held.role
                order by w.kept_set limit 1) first
              union all
              select kept.role, next.kept_set, next.kept_from, kept.nth + 1
              from kept
              cross join lateral (
                select w.kept_set, w.kept_from from workflow.approval_waiting w
                where w.tenant_id = :tenant and w.role = kept.role and w.kept_set > kept.kept_set
                order by w.kept_set limit 1) next
              where kept.nth < :most)
            select role, kept_set, kept_from from kept
            """)
        .bindArray("roles", String.class, held.stream().map(Held::role).toList())
        .bind("most", MOST_SETS)
        .map((row, _) ->
            new Kept(
                row.getString("role"), Rows.uuid(row, "kept_set"), Rows.names(row, "kept_from")))
        .list();
  }

  /// The same for the same actors: the first half of their digest.
  private static UUID set(Collection<String> actors) {
    var digest = ByteBuffer.wrap(Digest.ofCanonical(Json.strings(actors)).bytes());
    return new UUID(digest.getLong(), digest.getLong());
  }
}
