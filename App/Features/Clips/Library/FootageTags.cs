using Downbeat.Http;

namespace Downbeat.Features.Clips.Library;

/// <summary>Which words can be tags.</summary>
internal static class FootageTags
{
    /// <summary>Most tags of one footage.</summary>
    public const int Most = 12;

    /// <summary>Longest tag, in characters.</summary>
    public const int MostLength = 32;

    /// <summary>The tags as they are kept: without what is not shown, and each once, whatever its case.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: too many, one too long, or one with a comma, which stands between tags.</exception>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> tags)
    {
        string[] wanted = [.. tags.Select(tag => DisplayName.Clean(tag ?? "", int.MaxValue)).Where(tag => tag.Length > 0).DistinctBy(FootageSearch.Fold)];
        return wanted.Length <= Most && wanted.All(tag => tag.Length <= MostLength && !tag.Contains(',', StringComparison.Ordinal))
            ? wanted
            : throw StudioProblem.Field("tags", $"A clip has at most {Most} tags, each of 1 to {MostLength} characters and without a comma.");
    }
}
