package dev.countersign.identity;

import dev.countersign.kernel.TenantId;

/// A tenant as it was created.
///
/// @param slug its name in addresses and files: lower case letters, digits, dashes
/// @param profile demo tenants may be replayed into and move trust faster; real ones are standard
public record Tenant(TenantId id, String slug, String name, Profile profile) {

  /// What kind of tenant.
  public enum Profile {
    DEMO("demo"),
    STANDARD("standard");

    private final String word;

    Profile(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /// The profile of this word; throws IllegalArgumentException if there is none.
    public static Profile of(String word) {
      for (var profile : values()) {
        if (profile.word.equals(word)) {
          return profile;
        }
      }
      throw new IllegalArgumentException("`" + word + "` is not a profile");
    }
  }

  public Tenant {
    if (!isSlug(slug)) {
      throw new IllegalArgumentException("`" + slug + "` is not a slug");
    }
  }

  public static boolean isSlug(String text) {
    return text.matches("[a-z0-9][a-z0-9-]{1,49}");
  }
}
