using Bunit;
using Downbeat.Features.Compositions.Making;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Compositions.Making;

public sealed class WishNumberTests : PageTest
{
    private readonly List<double?> taken = [];

    [Theory]
    [InlineData("2,5", 2.5)]
    [InlineData(" 12 ", 12.0)]
    [InlineData("−6", -6.0)]
    [InlineData("", null)]
    public async Task A_number_is_taken_as_people_write_it(string written, double? expected)
    {
        var field = Field(isTime: false);
        await field.Find("input").ChangeAsync(new ChangeEventArgs { Value = written });

        Assert.Equal([expected], taken);
        Assert.Null(field.Find("input").GetAttribute("aria-invalid"));
    }

    [Theory]
    [InlineData("31", false, "Write a number from -10 to 30.")]
    [InlineData("many", false, "Write a number from -10 to 30.")]
    [InlineData("1:75", true, "Write a time such as 1:07.5, up to 0:30.00.")]
    public async Task What_cannot_be_taken_stays_written_with_the_reason_beside_it(string written, bool isTime, string reason)
    {
        var field = Field(isTime);
        await field.Find("input").ChangeAsync(new ChangeEventArgs { Value = written });

        Assert.Empty(taken);
        var input = field.Find("input");
        Assert.Equal((written, "true", reason), (input.GetAttribute("value"), input.GetAttribute("aria-invalid"), field.Find($"#{input.GetAttribute("aria-describedby")}").TextContent));
    }

    [Fact]
    public async Task A_time_is_taken_in_minutes_and_shown_so()
    {
        var field = Field(isTime: true);
        await field.Find("input").ChangeAsync(new ChangeEventArgs { Value = "0:12.5" });
        field.Render(p => p.Add(c => c.Value, 12.5).Add(c => c.Error, "The part is too short."));

        Assert.Equal([12.5], taken);
        Assert.Equal(("0:12.50", "The part is too short."), (field.Find("input").GetAttribute("value"), field.Find(".wrong").TextContent));
    }

    [Theory]
    [InlineData(180.126, "3:00.13", true)]
    [InlineData(180.125, "3:00.13", true)]
    [InlineData(180.124, "3:00.13", false)]
    [InlineData(180.126, "3:00.14", false)]
    public async Task The_end_of_a_song_is_taken_as_it_is_shown(double most, string written, bool isTaken)
    {
        var field = Field(isTime: true);
        field.Render(p => p.Add(c => c.Most, most));
        await field.Find("input").ChangeAsync(new ChangeEventArgs { Value = written });

        Assert.Equal(isTaken ? [most] : [], taken);
    }

    private IRenderedComponent<WishNumber> Field(bool isTime) => Render<WishNumber>(p => p
        .Add(c => c.Label, "Length").Add(c => c.Value, 7).Add(c => c.Least, isTime ? 0 : -10).Add(c => c.Most, 30).Add(c => c.IsTime, isTime).Add(c => c.ValueChanged, taken.Add));
}
