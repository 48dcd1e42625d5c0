using Downbeat.Features.Accounts;

namespace Downbeat.Tests.Features.Accounts;

public sealed class ReturnPathTests
{
    [Theory]
    [InlineData("/videos?page=2", "/videos?page=2")]
    [InlineData("/", "/")]
    [InlineData(null, "/songs")]
    [InlineData("", "/songs")]
    [InlineData("https://elsewhere.example", "/songs")]
    [InlineData("//elsewhere.example", "/songs")]
    [InlineData("/\\elsewhere.example", "/songs")]
    [InlineData("/\t/elsewhere.example", "/songs")]
    [InlineData("songs", "/songs")]
    public void Only_our_own_pages_are_gone_back_to(string? asked, string gone) => Assert.Equal(gone, ReturnPath.Local(asked));
}
