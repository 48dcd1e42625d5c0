using System.Net;
using System.Security.Claims;
using Downbeat.Http;
using Microsoft.AspNetCore.Http;

namespace Downbeat.Tests.Http;

public sealed class CallerTests
{
    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void An_IPv6_caller_is_its_network_and_an_IPv4_caller_its_address(string one, string other, bool isSame) =>
        Assert.Equal(isSame, Caller.Of(From(one)) == Caller.Of(From(other)));

    [Fact]
    public void Who_is_signed_in_is_the_same_caller_everywhere()
    {
        var id = Guid.NewGuid();

        Assert.Equal(Caller.Of(From("192.0.2.1", id)), Caller.Of(From("2001:db8::1", id)));
        Assert.NotEqual(Caller.Of(From("192.0.2.1", id)), Caller.Of(From("192.0.2.1", Guid.NewGuid())));
    }

    [Fact]
    public void A_stranger_in_a_circuit_is_known_by_the_network_of_the_connection()
    {
        var (stranger, member) = (From("192.0.2.1"), From("192.0.2.1", Guid.NewGuid()));
        Caller.Note(stranger);
        Caller.Note(member);

        Assert.Equal(Caller.Of(stranger), Caller.Of(stranger.User));
        Assert.Equal(Caller.Of(member), Caller.Of(member.User));
        Assert.NotEqual(Caller.Of(new ClaimsPrincipal()), Caller.Of(stranger.User));
        Assert.DoesNotContain(stranger.User.Identities, identity => identity.IsAuthenticated);
    }

    private static DefaultHttpContext From(string address, Guid? user = null) => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
        User = new(new ClaimsIdentity(user is null ? [] : [new(ClaimTypes.NameIdentifier, $"{user}")], user is null ? null : "test")),
    };
}
