using Downbeat.Http;

namespace Downbeat.Features.Clips.Library;

/// <summary>
/// How footage is found by words. Its title and its tags stand in one text, each on a line of its own and in capitals, so that both databases find letters of all alphabets whatever their case. The
/// title comes first: a line between two breaks is a tag.
/// </summary>
internal static class FootageSearch
{
    /// <summary>Longest search.</summary>
    public const int MostLength = 200;

    /// <summary>What is searched.</summary>
    public static string TextOf(string title, IReadOnlyList<string> tags) => $"{Fold(title)}\n{string.Concat(tags.Select(tag => Fold(tag) + '\n'))}";

    /// <summary>What has to be in the text, every part of it: the words of a search, and a tag.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: the search is too long.</exception>
    public static IReadOnlyList<string> PartsOf(string? search, string? tag)
    {
        if (search?.Length > MostLength)
        {
            throw StudioProblem.Field("search", $"A search has at most {MostLength} characters.");
        }

        var words = Fold(DisplayName.Clean(search ?? "", MostLength)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct();
        return DisplayName.Clean(tag ?? "", FootageTags.MostLength) is { Length: > 0 } wanted ? [.. words, $"\n{Fold(wanted)}\n"] : [.. words];
    }

    /// <summary>The same for all cases of the same letters; in capitals, which are alike where small letters differ, such as the two sigmas.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();
}
