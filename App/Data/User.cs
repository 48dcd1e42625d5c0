using Microsoft.AspNetCore.Identity;

namespace Downbeat.Data;

/// <summary>Somebody with an account. It stands here and not in a room because every row's owner points at it and Identity maps it.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>Name shown to others; the part of the address before the @ unless changed.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>When the account was made.</summary>
    public DateTimeOffset CreatedAt { get; init; } = DateTimeOffset.UtcNow;
}
