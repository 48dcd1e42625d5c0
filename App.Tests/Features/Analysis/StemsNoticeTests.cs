using Bunit;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class StemsNoticeTests : PageTest
{
    [Theory]
    [InlineData(true, 0, true)]
    [InlineData(false, 0, true)]
    [InlineData(true, 3, false)]
    [InlineData(true, null, false)]
    public void That_nobody_sings_is_said_whether_it_is_in_use_or_only_offered(bool isUsed, int? phrases, bool isSaid)
    {
        var heard = new StemsHeard("Downbeat 1", ["vocals", "drums", "bass", "other"], 1, 1, 1, 1, phrases, phrases, IsDismissed: false);
        var notice = Render<StemsNotice>(p => p.Add(c => c.Analysis, isUsed ? new() { Stems = heard } : new() { OfferedStems = heard }));
        Assert.Equal(isSaid, notice.Markup.Contains("Nobody sings in this song", StringComparison.Ordinal));
    }
}
