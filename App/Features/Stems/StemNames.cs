namespace Downbeat.Features.Stems;

/// <summary>What the stems of a song are called: the names that everybody uses, in the order in which everybody shows them.</summary>
internal static class StemNames
{
    public const string Vocals = "vocals";
    public const string Accompaniment = "accompaniment";
    public const string Drums = "drums";
    public const string Bass = "bass";
    public const string Piano = "piano";
    public const string Other = "other";

    /// <summary>How many stems a song can be split into.</summary>
    public static IReadOnlyList<int> Counts { get; } = [2, 4, 5];

    /// <summary>The names for a number of stems.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: nobody splits into so many.</exception>
    public static IReadOnlyList<string> Of(int count) => count switch
    {
        2 => [Vocals, Accompaniment],
        4 => [Vocals, Drums, Bass, Other],
        5 => [Vocals, Drums, Bass, Piano, Other],
        _ => throw StudioProblem.Field("stems", "A song is split into 2, 4 or 5 stems."),
    };
}
