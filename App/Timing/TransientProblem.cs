namespace Downbeat;

/// <summary>A failure that trying again later may mend, such as a server elsewhere that does not answer. Jobs try again by themselves; after the last attempt it is the reason that people read.</summary>
/// <param name="code">Stable name for programs.</param>
/// <param name="detail">What happened, for people.</param>
/// <param name="cause">What was caught.</param>
public sealed class TransientProblem(string code, string detail, Exception? cause = null) : Exception(detail, cause)
{
    /// <summary>Stable name for programs.</summary>
    public string Code { get; } = code;
}
