using Downbeat.Features.Stems.Mixer;

namespace Downbeat.Tests.Features.Stems.Mixer;

public sealed class StemWordsTests
{
    [Theory]
    [InlineData(-18.4, 0.123, "−18 dB on average, silent for 12 % of the song")]
    [InlineData(-18.4, 0.001, "−18 dB on average, sounds all the time")]
    [InlineData(-18.4, 0.99, "hardly anything in it")]
    [InlineData(-150, 0.5, "hardly anything in it")]
    public void What_is_in_a_stem_is_said_as_a_musician_says_it(double levelDb, double silentShare, string words) =>
        Assert.Equal(words, StemWords.Content(new("drums", null, levelDb, silentShare)));

    [Theory]
    [InlineData(-87.3, "give back the song almost exactly (difference −87 dB).")]
    [InlineData(-127, "give back the song exactly (difference −127 dB).")]
    [InlineData(-150, "give back the song, to the last bit.")]
    public void The_proof_says_how_much_is_covered_and_how_well_it_adds_up(double residualDb, string end)
    {
        var proof = StemWords.Proof(Stemmed.View(4, residualDb));
        Assert.StartsWith("All of the song is there, 100 % of 3:24.", proof, StringComparison.Ordinal);
        Assert.EndsWith(end, proof, StringComparison.Ordinal);
    }
}
