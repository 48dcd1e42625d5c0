using System.Globalization;
using CsCheck;
using Downbeat.Http;

namespace Downbeat.Tests.Http;

public sealed class DisplayNameTests
{
    /// <summary>Any UTF-16 at all, with much of what names are attacked with.</summary>
    private static readonly Gen<string> Names = Gen.OneOf(
            Gen.Char,
            Gen.Char["a \u0301\u202E\u2066\u200D\uD83D\uDC69\uDE80\n\0\uFFFD\uE000\u2028\u1100\u1161\uFE0F\uD83C\uDDE9"])
        .Array[0, 40].Select(chars => new string(chars));

    [Fact]
    public void A_cleaned_name_is_short_enough_harmless_and_stays_as_it_is_when_cleaned_again() =>
        Gen.Select(Names, Gen.Int[0, 30]).Sample((name, limit) =>
        {
            var clean = DisplayName.Clean(name, limit);
            Assert.True(clean.Length <= limit);
            Assert.Equal(clean, clean.Trim());
            Assert.All(clean.EnumerateRunes(), rune => Assert.DoesNotContain(System.Text.Rune.GetUnicodeCategory(rune), (IEnumerable<UnicodeCategory>)
                [UnicodeCategory.Control, UnicodeCategory.Surrogate, UnicodeCategory.PrivateUse, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator]));
            Assert.DoesNotContain(clean, c => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFFFD');
            Assert.Equal(clean, DisplayName.Clean(clean, limit));
        });

    [Theory]
    [InlineData("  Sunday \n Morning ", "Sunday  Morning")]
    [InlineData("cafe\0\u0301", "cafe\u0301")]
    [InlineData("half\uD83D", "half")]
    [InlineData("👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀", "👩‍🚀👩‍🚀👩‍🚀👩‍🚀")]
    public void Names_are_cut_between_whole_characters(string name, string clean) => Assert.Equal(clean, DisplayName.Clean(name, 23));

    [Fact]
    public void A_name_to_save_under_has_no_marks_that_shells_and_disks_mind() =>
        Names.Sample(name => Assert.DoesNotContain(DisplayName.FileName(".mp4", name), c => "/\\:*?\"<>|$`\0\n".Contains(c)));
}
