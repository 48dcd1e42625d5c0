using System.Security.Claims;

namespace Downbeat.Http;

/// <summary>Who calls.</summary>
public static class Callers
{
    /// <summary>Identity of the signed-in user.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in: the endpoint or page forgot to ask for it.</exception>
    public static Guid UserId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");
}
