namespace Downbeat.Http;

/// <summary>One of a few words, as a program sends it.</summary>
internal static class Choices
{
    /// <summary>The value that a word names, whatever its case; null when nothing was sent.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: it is none of the words.</exception>
    public static T? Read<T>(string? word, string field)
        where T : struct, Enum
    {
        if (word is null)
        {
            return null;
        }

        // Not by parsing alone: that would take numbers and lists of words too.
        var names = Enum.GetNames<T>();
        return names.Contains(word, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(word, ignoreCase: true)
            : throw StudioProblem.Field(field, $"{field} is one of {string.Join(", ", names.Select(name => char.ToLowerInvariant(name[0]) + name[1..]))}.");
    }
}
