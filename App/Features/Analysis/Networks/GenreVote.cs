using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>Which genre the networks speak for.</summary>
internal static class GenreVote
{
    /// <summary>The genres that can be named.</summary>
    public static IReadOnlyList<Topic> Genres { get; } =
    [
        new("electronic", ["electronic", "electronica", "electro"], ["Electronic music", "Techno", "Electronica", "Electronic dance music", "Trance music", "Dubstep"]),
        new("dance", ["dance"], ["Dance music", "Disco"]),
        new("house", ["House"], ["House music"]),
        new("drum and bass", [], ["Drum and bass"]),
        new("ambient", ["ambient"], ["Ambient music", "New-age music"]),
        new("hip hop", ["Hip-Hop"], ["Hip hop music", "Rapping"]),
        new("soul", ["soul", "rnb"], ["Soul music", "Rhythm and blues"]),
        new("funk", ["funk"], ["Funk"]),
        new("reggae", [], ["Reggae", "Ska"]),
        new("jazz", ["jazz"], ["Jazz", "Swing music"]),
        new("blues", ["blues"], ["Blues"]),
        new("classical", [], ["Classical music", "Orchestra", "Opera"]),
        new("folk", ["folk", "acoustic"], ["Folk music"]),
        new("country", ["country"], ["Country", "Bluegrass"]),
        new("latin", [], ["Music of Latin America", "Salsa music", "Flamenco"]),
        new("pop", ["pop"], ["Pop music"]),
        new("indie", ["indie", "indie rock", "indie pop", "alternative"], ["Independent music"]),
        new("rock", ["rock", "classic rock", "alternative rock", "hard rock", "Progressive rock"], ["Rock music", "Rock and roll", "Progressive rock", "Psychedelic rock", "Grunge"]),
        new("punk", ["punk"], ["Punk rock"]),
        new("metal", ["metal", "heavy metal"], ["Heavy metal"]),
    ];

    private const double LeastEvidence = 0.3;
    private const double Doubt = 1;
    private const string Music = "Music";
    private const double LeastMusic = 0.1;

    /// <summary>The genre with the most evidence; its confidence is its share of the evidence for the first two and of a fixed doubt.</summary>
    /// <param name="evidence">What the networks said.</param>
    /// <param name="sounds">Of <see cref="Yamnet"/>; null when it did not speak.</param>
    /// <returns>Null when no genre stands out; without a name when there is no music.</returns>
    public static GenreEstimate? Count(Evidence evidence, Sounds? sounds)
    {
        if (sounds is not null && sounds.Means[Music] < LeastMusic)
        {
            return GenreEstimate.None;
        }

        var ranked = Genres.Select(genre => (genre.Name, Points: evidence.For(genre))).OrderByDescending(genre => genre.Points).ToList();
        return ranked[0].Points < LeastEvidence ? null : new(ranked[0].Name, ranked[0].Points / (ranked[0].Points + Math.Max(0, ranked[1].Points) + Doubt));
    }
}
