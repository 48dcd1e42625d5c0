using System.Net;

namespace Downbeat.Features.Clips.Fetching;

/// <summary>
/// Tells addresses of the open internet from all others: what stands in the special-purpose registries of IANA (RFC 6890 and its updates), such as loopback, private, link-local (where clouds keep their
/// metadata), carrier-grade NAT, documentation and multicast, and IPv6 addresses that stand for such an IPv4 address.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Special =
    [
        .. Networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    ];

    // Of IPv6 only this is given out to the open internet; what lies in it and is not meant for everybody follows.
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] SpecialIn6 = [.. Networks("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20")];
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>Whether anybody on the internet could mean this address, and nobody's inner network is behind it.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return Contains(address.MapToIPv4());
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? !Special.Any(network => network.Contains(address))
            : SixToFour.Contains(address) ? Contains(new IPAddress(bytes.AsSpan(2, 4)))
            : Nat64.Contains(address) ? Contains(new IPAddress(bytes.AsSpan(12, 4)))
            : address.ScopeId == 0 && Global.Contains(address) && !SpecialIn6.Any(network => network.Contains(address));
    }

    private static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(text => IPNetwork.Parse(text));
}
