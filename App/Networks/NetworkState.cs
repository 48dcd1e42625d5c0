namespace Downbeat.Networks;

/// <summary>How it stands with a network on this machine.</summary>
internal enum NetworkStanding
{
    /// <summary>Its files are not in the models directory.</summary>
    Missing,

    /// <summary>Its files are being read; what they are will be known in a moment.</summary>
    Checking,

    /// <summary>A file is there but is not what the product knows, or failed while it worked.</summary>
    Refused,

    /// <summary>Its files are right; it is loaded when somebody needs it.</summary>
    Ready,

    /// <summary>In memory.</summary>
    Loaded,
}

/// <summary>A known network, for pages, health and the administrator.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">How it stands with it.</param>
/// <param name="Sentence">The same in words, and what to do about it.</param>
/// <param name="FileName">Name of its file.</param>
/// <param name="Origin">Where its files can be had.</param>
/// <param name="Licence">Under which terms.</param>
/// <param name="MemoryBytes">What the process grew by when it was loaded; null while it is not.</param>
/// <param name="Users">Pieces of work that use it at the moment.</param>
/// <param name="Device">What it runs on, <c>CPU</c> or <c>CUDA</c>; null while it is not in memory.</param>
/// <param name="LoadSeconds">What loading it took; null while it is not in memory.</param>
internal sealed record NetworkState(
    string Name, NetworkStanding State, string Sentence, string FileName, string Origin, string Licence, long? MemoryBytes, int Users, string? Device, double? LoadSeconds);
