namespace Downbeat;

/// <summary>
/// Something the person at the other end can understand and put right. The API turns it into a problem document, pages into a sentence,
/// jobs into a permanent failure. Bugs are never one of these.
/// </summary>
/// <param name="status">HTTP status that fits, 400 to 507.</param>
/// <param name="code">Stable name for programs, such as <c>song.too_long</c>.</param>
/// <param name="detail">A sentence that says what to do.</param>
/// <param name="errors">What is wrong with which field of the request; null when no field is to blame.</param>
public sealed class StudioProblem(int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null) : Exception(detail)
{
    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>HTTP status that fits.</summary>
    public int Status { get; } = status;

    /// <summary>Stable name for programs.</summary>
    public string Code { get; } = code;

    /// <summary>A field of the request that cannot be taken as it is.</summary>
    public static StudioProblem Field(string name, string sentence) => new(400, "request.field", sentence, new Dictionary<string, string[]> { [name] = [sentence] });

    /// <summary>The one answer for what does not exist and for what belongs to somebody else.</summary>
    /// <param name="noun">What was asked for, as a person says it: "song".</param>
    public static StudioProblem NotFound(string noun) => new(404, $"{noun}.not_found", $"There is no such {noun}.");
}
