namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Finished pieces of films, shots and coded sound, under the hash of everything that shapes them. Called from several threads at once.</summary>
internal interface IPieceStore
{
    /// <summary>Full path of a piece, or null when there is none.</summary>
    string? TryFind(string key);

    /// <summary>Takes over a finished file in one rename; a piece of the same key is replaced.</summary>
    Task AddAsync(string key, string temporaryPath);
}
