package dev.countersign.trust;

/// How a tenant lets trust be earned.
public record Setting(Profile profile, Promotion promotion) {

  /// What holds for a tenant that set nothing: the strictest there is.
  public static final Setting STRICTEST = new Setting(Profile.STANDARD, Promotion.SIGNED);
}
