using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Claims;

namespace Downbeat.Http;

/// <summary>Whom a limit is counted for: somebody who is signed in, else the network that the request comes from.</summary>
/// <param name="IsUser">Whether it is an account.</param>
/// <param name="Id">Of the account, or of the network: an IPv4 address or the first half of an IPv6 address, which is what one household gets.</param>
internal readonly record struct Caller(bool IsUser, UInt128 Id)
{
    private const string NetworkClaim = "downbeat:network";

    /// <summary>Who sent a request.</summary>
    public static Caller Of(HttpContext http) => OfUser(http.User) ?? new(false, NetworkOf(http.Connection.RemoteIpAddress));

    /// <summary>Who opened a circuit.</summary>
    public static Caller Of(ClaimsPrincipal user) =>
        OfUser(user) ?? new(false, UInt128.TryParse(user.FindFirstValue(NetworkClaim), CultureInfo.InvariantCulture, out var network) ? network : 0);

    /// <summary>A circuit knows nothing of its connection but who opened it, so a stranger's network is written there.</summary>
    public static void Note(HttpContext http)
    {
        if (Of(http) is { IsUser: false } stranger)
        {
            http.User.AddIdentity(new([new(NetworkClaim, stranger.Id.ToString(CultureInfo.InvariantCulture))]));
        }
    }

    /// <summary>The network of an address; 0 for none.</summary>
    internal static UInt128 NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[16];
        var mapped = address.MapToIPv6();
        mapped.TryWriteBytes(bytes, out _);
        if (!mapped.IsIPv4MappedToIPv6)
        {
            bytes[8..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static Caller? OfUser(ClaimsPrincipal user)
    {
        if (!Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return new(true, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
