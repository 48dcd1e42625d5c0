namespace Downbeat.Tests.Score;

public sealed class KeyScoreTests
{
    [Theory]
    [InlineData("C major", "C major", 1)]
    [InlineData("C# major", "Db major", 1)]
    [InlineData("C major", "G major", 0.5)]
    [InlineData("A minor", "E minor", 0.5)]
    [InlineData("G major", "C major", 0)]
    [InlineData("C major", "A minor", 0.3)]
    [InlineData("A minor", "C major", 0.3)]
    [InlineData("C major", "C minor", 0.2)]
    [InlineData("C minor", "C major", 0.2)]
    [InlineData("C major", "G minor", 0)]
    [InlineData("C major", "D major", 0)]
    public void Keys_score_by_their_kinship(string truth, string found, double expected) =>
        Assert.Equal(expected, KeyScore.Of(KeyScore.Parse(truth).Single(), KeyScore.Parse(found).Single()));

    [Fact]
    public void No_key_scores_nothing() => Assert.Equal(0, KeyScore.Of(new(0, false), null));

    [Theory]
    [InlineData("F sharp minor", "6m")]
    [InlineData("f# min", "6m")]
    [InlineData("Bb major", "10")]
    [InlineData("B flat", "10 10m")]
    [InlineData("B minor", "11m")]
    [InlineData("Cb major", "11")]
    [InlineData("A:min", "9m")]
    [InlineData("Am", "9m")]
    [InlineData("Ebm", "3m")]
    [InlineData("E", "4 4m")]
    [InlineData("F (blues/dorian)", "5m")]
    [InlineData("C (blues colouring)", "0 0m")]
    [InlineData("G major or C mixolydian (histogram 0.87/0.80)", "7 0")]
    [InlineData("atonal", "")]
    [InlineData("unknown", "")]
    [InlineData("", "")]
    public void A_key_is_read_as_people_write_it(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', KeyScore.Parse(text).Select(key => $"{key.Tonic}{(key.IsMinor ? "m" : "")}")));
}
